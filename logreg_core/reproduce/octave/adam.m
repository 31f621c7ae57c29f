function theta = adam(cost, theta, alpha)
% ADAM  Kingma, Ba 2015.
%   cost   theta -> [J, gradient]
%   alpha  the learning rate of each iteration
  beta1 = 0.9;
  beta2 = 0.999;
  epsilon = 1e-8;
  average = zeros(size(theta));
  squares = zeros(size(theta));
  for t = 1:length(alpha)
    [~, grad] = cost(theta);
    average = beta1 * average + (1 - beta1) * grad;
    squares = beta2 * squares + (1 - beta2) * grad .^ 2;
    unbiased = average / (1 - beta1 ^ t);
    unbiasedSquares = squares / (1 - beta2 ^ t);
    theta = theta - alpha(t) * unbiased ./ (sqrt(unbiasedSquares) + epsilon);
  end
end
