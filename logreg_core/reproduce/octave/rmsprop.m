function theta = rmsprop(cost, theta, alpha)
% RMSPROP  Tieleman, Hinton 2012.
%   cost   theta -> [J, gradient]
%   alpha  the learning rate of each iteration
  rho = 0.9;
  epsilon = 1e-8;
  squares = zeros(size(theta));
  for t = 1:length(alpha)
    [~, grad] = cost(theta);
    squares = rho * squares + (1 - rho) * grad .^ 2;
    theta = theta - alpha(t) * grad ./ (sqrt(squares) + epsilon);
  end
end
