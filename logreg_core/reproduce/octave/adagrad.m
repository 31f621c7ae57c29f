function theta = adagrad(cost, theta, alpha)
% ADAGRAD  Duchi, Hazan, Singer 2011.
%   cost   theta -> [J, gradient]
%   alpha  the learning rate of each iteration
  epsilon = 1e-8;
  squares = zeros(size(theta));
  for t = 1:length(alpha)
    [~, grad] = cost(theta);
    squares = squares + grad .^ 2;
    theta = theta - alpha(t) * grad ./ (sqrt(squares) + epsilon);
  end
end
